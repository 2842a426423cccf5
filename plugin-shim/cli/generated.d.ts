// What the build makes for the command line tool; see `xtask/npm/bundle.mjs`.

/** The starting configuration, with comments: `src/config/starter.jsonc`. */
declare module '#starter' {
  const text: string
  export default text
}

/** `event.schema.json` compiled to a function, so that nothing has to be installed to check a line. */
declare module '#validate-event' {
  export type Problem = { instancePath: string, keyword: string, message?: string, params: Record<string, any> }
  const validate: { (line: unknown): boolean, errors?: Problem[] | null }
  export default validate
  /** The event types that the schema knows. */
  export const eventTypes: string[]
}
