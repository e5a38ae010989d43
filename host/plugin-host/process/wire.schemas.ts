export { answerSchema, logSchema, reportSchema, responseSchema, resultsSchema } from '@claimd/sdk/wire'
