import type { Validator } from '../../core/documents/validator.js'

export const fitsManifest: Validator
export const fitsSettings: Validator
