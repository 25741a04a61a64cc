import ts from "typescript";

export type Schema = { readonly [key: string]: unknown };

/** Makes JSON Schemas from the types that a file exports. What the types say is written once. */
export class TypeSchemas {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;
  #definitions: Record<string, Schema> = {};

  constructor(file: string, options: ts.CompilerOptions) {
    const program = ts.createProgram([file], options);
    const source = program.getSourceFile(file);
    this.#checker = program.getTypeChecker();
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file}: no module`);
    this.#exports = new Map(this.#checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  }

  /** The schema of an exported type. `head`: its first keywords. */
  schemaOf(name: string, head: Schema): Schema {
    const symbol = this.#exports.get(name);
    if (!symbol) throw new Error(`no exported type ${name}`);
    this.#definitions = {};
    const root = this.#of(this.#checker.getDeclaredTypeOfSymbol(symbol), true);
    const names = Object.keys(this.#definitions).sort();
    const definitions = Object.fromEntries(names.map((one) => [one, this.#definitions[one]]));
    return {
      ...head,
      ...described(symbol, this.#checker),
      ...root,
      ...(names.length > 0 && { definitions }),
    };
  }

  #of(type: ts.Type, isRoot = false): Schema {
    const name = isRoot ? undefined : nameOf(type);
    if (name === "Json") return {};
    if (name === undefined) return this.#inline(type);
    if (!(name in this.#definitions)) {
      this.#definitions[name] = {};
      this.#definitions[name] = this.#inline(type);
    }
    return { $ref: `#/definitions/${name}` };
  }

  #inline(type: ts.Type): Schema {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.isUnion()) return this.#union(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.#checker.typeToString(type) === "true" };
    if (flags & ts.TypeFlags.String) return { type: "string" };
    if (flags & ts.TypeFlags.Number) return { type: "number" };
    if (flags & ts.TypeFlags.Boolean) return { type: "boolean" };
    if (flags & ts.TypeFlags.Null) return { type: "null" };
    const element = this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (this.#checker.isArrayType(type) && element) return { type: "array", items: this.#of(element) };
    return this.#object(type);
  }

  #union(type: ts.UnionType): Schema {
    const members = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const schemas: Schema[] = [];
    const literals = members.filter((one) => one.isStringLiteral() || one.isNumberLiteral());
    if (literals.length > 1) schemas.push({ enum: literals.map(({ value }) => value) });
    const booleans = members.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    if (booleans.length === 2) schemas.push({ type: "boolean" });
    for (const member of members) {
      const isListed =
        (literals.length > 1 && literals.some((one) => one === member)) ||
        (booleans.length === 2 && booleans.includes(member));
      if (!isListed) schemas.push(this.#of(member));
    }
    const [only] = schemas;
    return schemas.length === 1 && only ? only : { anyOf: schemas };
  }

  #object(type: ts.Type): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const symbol of this.#checker.getPropertiesOfType(type)) {
      const schema = this.#of(this.#checker.getTypeOfSymbol(symbol));
      properties[symbol.name] = { ...schema, ...described(symbol, this.#checker) };
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const others = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: "object",
      ...(required.length > 0 && { required }),
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(others && { additionalProperties: this.#of(others) }),
    };
  }
}

/** The name of an interface or of an alias; types with arguments, and those of TypeScript itself, are written in place. */
function nameOf({ aliasSymbol, aliasTypeArguments, symbol }: ts.Type): string | undefined {
  if (aliasSymbol) return aliasTypeArguments ? undefined : aliasSymbol.name;
  const [declaration] = symbol?.declarations ?? [];
  if (!declaration || !ts.isInterfaceDeclaration(declaration) || isOfLibrary(declaration)) return undefined;
  return declaration.typeParameters ? undefined : symbol.name;
}

function isOfLibrary(declaration: ts.Declaration): boolean {
  return /typescript[\\/]lib[\\/]/.test(declaration.getSourceFile().fileName);
}

/** The comment of a type or of a member. */
function described(symbol: ts.Symbol, checker: ts.TypeChecker): Schema {
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ").trim();
  return words === "" ? {} : { description: words };
}
