/**
 * For the options of every validator of JSON schemas. A validator first checks the schemas themselves, which
 * takes longer than all else that a start does with them. They are the program's own, so a test does that.
 */
export const ownSchemas = { validateSchema: false } as const
