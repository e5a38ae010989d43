export { readRecording } from './read-recording.js'
export { RecordingFile } from './recording-file.js'
