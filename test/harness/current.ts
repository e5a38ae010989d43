/** The test or hook that runs now, for naming it when something unexpected happens. Empty between tests. */
export const current = { title: '' }
