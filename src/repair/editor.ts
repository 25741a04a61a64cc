export interface Editor {
  placeholder?: never;
}
