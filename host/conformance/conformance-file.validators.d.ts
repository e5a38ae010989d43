import type { Validator } from '../core/documents/validator.js'

export const fitsConformance: Validator
