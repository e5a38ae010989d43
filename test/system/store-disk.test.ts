import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Folders } from '../host/store/folders.js'

const test = suite('store/disk')
const folders = new Folders()

test.before(() => {
  if (process.geteuid?.() !== 0) skip('needs root, to mount a file system')
  const { status, stderr } = shell('true')
  if (status !== 0) skip(`cannot mount a file system: ${stderr.trim()}`)
})
test.after(() => folders.removeAll())

/** Runs a script of `sh` with a small file system as `$DISK`, in a mount namespace that ends with it. */
function shell(script: string) {
  const env = {
    PATH: process.env.PATH,
    DISK: folders.make(),
    IMAGE: join(folders.make(), 'image'),
    NODE: process.execPath,
    STEP: fileURLToPath(new URL('./store/on-disk.js', import.meta.url)),
  }
  const setUp =
    'set -e; mount -t tmpfs -o size=12m,mode=700 none "$DISK"; step() { "$NODE" "$STEP" "$1" "$DISK"; }'
  return spawnSync('unshare', ['--mount', 'sh', '-c', `${setUp}; ${script}`], { env, encoding: 'utf8' })
}

function holds(script: string): void {
  const { status, stdout, stderr } = shell(script)
  assert.is(status, 0, `${stdout}${stderr}`)
}

test(
  'a full disk fails a commit as a whole, loses nothing, and the same store goes on when there is space',
  () =>
    holds(`
      step write-until-full-then-on
      step open-while-full
      step free
      step everything-is-there
    `),
  { timeout: 60_000 },
)

test(
  'a read-only file system is refused with a clear error, and works once it is writable',
  () =>
    holds(`
      step prepare
      mount -o remount,ro "$DISK"
      step read-only
      mount -o remount,rw "$DISK"
      step everything-is-there
    `),
  { timeout: 60_000 },
)

test(
  'a checkpoint that finds the disk full loses nothing, and is done when there is space',
  () =>
    holds(`
      step write-until-the-checkpoint-is-full-then-on || test $? = 137
      step everything-is-there
    `),
  { timeout: 60_000 },
)

test(
  'a file system on which no more files can be made is refused with a clear error, and works once they can',
  () =>
    holds(`
      mount -o remount,nr_inodes=40 "$DISK"
      step prepare
      step no-file-can-be-made
      step everything-is-there
    `),
  { timeout: 60_000 },
)

test(
  'a disk with sectors that cannot be read is refused with a clear error',
  () => {
    const { status } = shell(
      'truncate -s 1M "$IMAGE"; mkfs.ext4 -q "$IMAGE"; umount "$DISK"; mount -o loop "$IMAGE" "$DISK"',
    )
    if (status !== 0) skip('needs loop devices and mkfs.ext4')
    holds(`
      truncate -s 24M "$IMAGE"
      mkfs.ext4 -q "$IMAGE"
      umount "$DISK"
      mount -o loop "$IMAGE" "$DISK"
      head -c 6000000 /dev/zero > "$DISK/ballast"
      step prepare-much
      umount "$DISK"
      mount -o loop "$IMAGE" "$DISK"
      truncate -s 9M "$IMAGE"
      step cannot-be-read
      umount "$DISK"
    `)
  },
  { timeout: 60_000 },
)

test.run()
