// A folder on a disk that is full: a tiny file system of its own where we may mount one, else a system that says so.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** Fills the disk of `folder`; `free()` makes room again, `undo()` takes it away, with all that is on it. */
export function fillDisk(folder) {
  fs.mkdirSync(folder, { recursive: true })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder])
  return mounted.status === 0 ? fillMounted(folder) : pretend(folder)
}

function fillMounted(folder) {
  const undo = () => spawnSync('umount', ['--lazy', folder])
  const filler = path.join(folder, 'filler')
  const fd = fs.openSync(filler, 'w')
  try {
    for (;;) fs.writeSync(fd, Buffer.alloc(4096))
  } catch (error) {
    if (error.code !== 'ENOSPC') throw (undo(), error)
  }
  fs.closeSync(fd)
  return { how: 'tmpfs', free: () => fs.unlinkSync(filler), undo }
}

/** Writing to a file below the folder fails as on a full disk. */
function pretend(folder) {
  const { writeSync, openSync } = fs
  const inside = new Set()
  fs.openSync = (file, ...rest) => {
    const fd = openSync(file, ...rest)
    if (String(file).startsWith(folder)) inside.add(fd)
    else inside.delete(fd)
    return fd
  }
  fs.writeSync = (fd, ...rest) => {
    if (inside.has(fd)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    return writeSync(fd, ...rest)
  }
  const free = () => Object.assign(fs, { writeSync, openSync })
  return { how: 'pretended', free, undo: free }
}
