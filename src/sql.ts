import { readConfig } from './core/config.ts'
import { openDatabase } from './core/db.ts'
import { runningPostgres, startPostgres } from './core/postgres.ts'

/*
 * npm run sql -- "select …"   asks the city's database as its owner, also while the city runs.
 * For whoever looks after it; everything else goes through operations, which leave events.
 */

const [statement] = process.argv.slice(2)
if (!statement) {
  console.error('npm run sql -- "select count(*) from cases.case"')
  process.exit(1)
}
const config = readConfig(process.env)
const known = config.DATABASE_URL || runningPostgres(config.TAKAO_DATA)
const embedded = known ? null : await startPostgres(config.TAKAO_DATA)
const database = openDatabase(known ?? embedded?.url ?? '')
try {
  const { rows, rowCount } = await database.owner.query(statement)
  if (rows.length > 0) console.table(rows.slice(0, 200))
  console.log(`${rowCount ?? 0} rows`)
} finally {
  await database.close()
  await embedded?.stop()
}
