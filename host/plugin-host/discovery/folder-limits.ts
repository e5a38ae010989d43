/** What one plugin folder may hold. */
export const folderLimits = { files: 10_000, bytes: 256 * 1024 * 1024 }
