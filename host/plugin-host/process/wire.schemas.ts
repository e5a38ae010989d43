export {
  answerSchema,
  logSchema,
  reportSchema,
  requestSchema,
  responseSchema,
  resultsSchema,
} from '@claimd/sdk/wire'
