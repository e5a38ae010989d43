import type { Validator } from '../../core/documents/validator.js'

export const fitsAnswer: Validator
export const fitsLog: Validator
export const fitsReport: Validator
export const fitsRequest: Validator
export const fitsResponse: Validator
export const fitsResults: Validator
