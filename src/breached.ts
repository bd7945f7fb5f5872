import { createReadStream, renameSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readConfig } from './core/config.ts'
import { breachedFile, writeBreached } from './kernel/identity/breached.ts'

/*
 * npm run breached -- list.txt   takes a list of leaked passwords in place of the one before: a
 * SHA-1 digest in hex on each line, in their order, as such lists are given out. The city's nodes
 * read it from TAKAO_DATA without a restart; each node needs the file.
 */

const [list] = process.argv.slice(2)
if (!list) {
  console.error('npm run breached -- list.txt')
  process.exit(1)
}
const file = breachedFile(readConfig(process.env))
const lines = createInterface({ input: createReadStream(list), crlfDelay: Infinity })
const count = await writeBreached(lines, `${file}.new`)
renameSync(`${file}.new`, file)
console.log(`已收錄 ${count} 筆 / ${count} passwords known as leaked`)
