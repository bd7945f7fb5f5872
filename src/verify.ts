import { parseArgs } from 'node:util'
import { readConfig } from './core/config.ts'
import { runningPostgres, startPostgres } from './core/postgres.ts'
import { type Entry, exportProof, proofInFile, storedProof, verifyEntries } from './proof.ts'

/*
 * npm run verify                       checks the database of the configuration
 * npm run verify -- --export x.ndjson  writes what an outsider needs to check it
 * npm run verify -- --file x.ndjson    checks such a file, without any database
 * Ends with 1 when anything does not hold, with 2 when it could not be checked.
 */

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { file: { type: 'string' }, export: { type: 'string' } },
  })
  if (values.file !== undefined) return report(proofInFile(values.file))
  const { url, stop } = await openStored()
  try {
    if (values.export === undefined) return await report(storedProof(url))
    const n = await exportProof(storedProof(url), values.export)
    console.log(`已寫出 ${n} 筆 / wrote ${n} entries: ${values.export}`)
    return 0
  } finally {
    await stop()
  }
}

/** The database of the configuration; the embedded one is started unless it already runs. */
async function openStored(): Promise<{ url: string; stop: () => Promise<void> }> {
  const config = readConfig(process.env)
  const url = config.DATABASE_URL || runningPostgres(config.TAKAO_DATA)
  return url ? { url, stop: async () => {} } : startPostgres(config.TAKAO_DATA)
}

async function report(entries: AsyncIterable<Entry>): Promise<number> {
  const terminal = process.stderr.isTTY
  const { counts, breaks, broken } = await verifyEntries(entries, (n) => {
    if (terminal) process.stderr.write(`\r${n.toLocaleString('en')} …`)
  })
  if (terminal) process.stderr.write('\r\u001b[K')
  for (const { record, seq, what } of breaks)
    console.log(`✗ ${record}${seq === null ? '' : ` #${seq}`}  ${what.zh} / ${what.en}`)
  if (broken > breaks.length) console.log(`  … ${broken - breaks.length}`)
  const c = counts
  console.log(
    `事件 ${c.events} 筆、紀錄 ${c.records} 件、檢查點 ${c.checkpoints} 個(未簽封 ${c.unsealed} 筆)、` +
      `報告版本 ${c.versions} 個、數據 ${c.figures} 項、依據 ${c.rows} 列\n` +
      `${c.events} events of ${c.records} records, ${c.checkpoints} checkpoints ` +
      `(${c.unsealed} events not yet sealed), ` +
      `${c.versions} report versions, ${c.figures} figures, ${c.rows} rows of evidence`,
  )
  if (c.signers.length > 0) console.log(`簽章金鑰 / signed with: ${c.signers.join(', ')}`)
  console.log(
    broken === 0 ? '全部相符。/ Everything holds.' : `${broken} 處不符。/ ${broken} do not hold.`,
  )
  return broken === 0 ? 0 : 1
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 2
  },
)
