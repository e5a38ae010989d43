/**
 * Loaded before a test file (`node --import`): takes the guard away that CLAIMD_DISABLED_GUARD describes. The
 * module of the rules is changed as it is loaded, so that no switch for it has to exist in claimd itself.
 */
import { register } from 'node:module'

if (process.env.CLAIMD_DISABLED_GUARD) register('./disable-hook.js', import.meta.url)
