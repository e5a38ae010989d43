export { fakeAdapter } from './fake-adapter.js'
export {
  type FakeConnect,
  fakeConnect,
  fakeConnectionCall,
  fakeDial,
  fakeDisconnect,
} from './fake-connecting.js'
export { FakeContext, type FakeContextOptions } from './fake-context.js'
export type { LinkCall } from './fake-links.js'
export { fakeHeld, fakeOffer } from './fake-offer.js'
export {
  type DBusFixture,
  dbusFixture,
  type ExecFixture,
  execFixture,
  type Fixtures,
  MissingFixture,
  readFixture,
} from './fixtures.js'
