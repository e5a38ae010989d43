#!/usr/bin/env -S node --v8-pool-size=1
// Of V8's four helper threads one is enough. The daemon's nursery is set by `npm start`: with such a flag Node 20
// drops the code cache of its own modules, and every command would take 15 ms longer.
import './no-sigusr1.js'

// The build puts ./command.ts and all that it imports into few files, which Node loads in half the time.
await import(new URL('./bundle/command.js', import.meta.url).href)
