/**
 * The script by which each shell completes a command line. It hands the words up to the cursor to `doctor complete`, which
 * prints one word a line, with a description after a blank; the line `:files` asks for names of files. No script evaluates a
 * word, because words come from the command line and from databases.
 */
export const SHELLS: Readonly<Record<string, string>> = {
  bash: `# eval "$(doctor completion bash)"    in ~/.bashrc
_doctor() {
  local line files=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("\${line%% *}"); fi
  done < <(doctor complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # The bash of macOS has no compopt.
  type compopt >/dev/null 2>&1 || return 0
  compopt -o nosort 2>/dev/null
  if [[ -z $files ]]; then compopt +o default; fi
}
complete -o default -F _doctor doctor
`,
  zsh: `#compdef doctor
# eval "$(doctor completion zsh)"    in ~/.zshrc
_doctor() {
  local -a values shown
  local line files
  for line in "\${(@f)$(doctor complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) files=1 ;;
      *) values+=("\${line%% *}"); shown+=("\${line/ /  -- }") ;;
    esac
  done
  (( $#values )) && compadd -l -V doctor -d shown -a values
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _doctor ]]; then _doctor "$@"; else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _doctor doctor
fi
`,
  fish: `# doctor completion fish > ~/.config/fish/completions/doctor.fish
function __doctor_complete
  set -l words (commandline -opc) (commandline -ct)
  doctor complete -- $words[2..-1] 2>/dev/null
end
function __doctor_offers
  __doctor_complete | string match -v :files | string replace ' ' \\t
end
complete -c doctor -k -f -a '(__doctor_offers)'
complete -c doctor -F -n '__doctor_complete | string match -q :files'
`,
  powershell: `# doctor completion powershell | Out-String | Invoke-Expression    in $PROFILE
Register-ArgumentCompleter -Native -CommandName doctor -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { $_.Extent.Text })
  # An empty argument would get lost; a lone = stands for it.
  if ($word -eq '') { $words += '=' }
  doctor complete -- @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    $value, $about = $_ -split ' ', 2
    if (-not $about) { $about = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
  }
}
`,
};
