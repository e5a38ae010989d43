export {
  answerSchema,
  connectAnswerSchema,
  disconnectAnswerSchema,
  logSchema,
  progressSchema,
  reportSchema,
  requestSchema,
  resourcesAnswerSchema,
  responseSchema,
  resultsSchema,
  statusAnswerSchema,
  validateAnswerSchema,
} from '@claimd/sdk/wire'
