import type { Validator } from '../../core/documents/validator.js'

export const fitsAnswer: Validator
export const fitsConnectAnswer: Validator
export const fitsDisconnectAnswer: Validator
export const fitsLog: Validator
export const fitsProgress: Validator
export const fitsReport: Validator
export const fitsRequest: Validator
export const fitsResourcesAnswer: Validator
export const fitsResponse: Validator
export const fitsResults: Validator
export const fitsStatusAnswer: Validator
export const fitsTypeSpecificAnswer: Validator
export const fitsValidateAnswer: Validator
