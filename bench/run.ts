import { cpus } from 'node:os'
import { lifecycle } from './cases/lifecycle.ts'
import { openCases } from './cases/open.ts'
import { provider } from './cases/provider.ts'
import { read } from './cases/read.ts'
import { recompute } from './cases/recompute.ts'
import { submit } from './cases/submit.ts'
import { printChatbot } from './chatbot/print.ts'
import { freeze } from './freeze.ts'
import { openPlace, type Place } from './place.ts'

/*
 * npm run bench -- NAME [N]     ratios within one run on one machine, in interleaved rounds.
 * npm run bench -- chatbot      how often it is right, on the frozen questions; no database.
 */

type Bench = (place: Place, n?: number) => Promise<void>
const benches: Readonly<Record<string, Bench>> = {
  cases: openCases,
  ...{ freeze, lifecycle, read, recompute, submit },
  ...Object.fromEntries(
    ['signin', 'token', 'refresh', 'introspect'].map((name) => [name, provider(name)]),
  ),
}
const [wanted = 'cases', given] = process.argv.slice(2)
if (wanted === 'chatbot') {
  printChatbot(given === 'tuning' ? 'tuning' : 'evaluation')
  process.exit(0)
}
const bench = benches[wanted]
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')} | chatbot`)
  process.exit(1)
}
const place = await openPlace()
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? ''}`)
try {
  await bench(place, given === undefined ? undefined : Number(given))
} finally {
  await place.close()
}
process.exit(0)
