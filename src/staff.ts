import { pino } from 'pino'
import { readConfig } from './core/config.ts'
import { Refused } from './core/errors.ts'
import { runningPostgres, startPostgres } from './core/postgres.ts'
import { cityRoles } from './kernel/identity/pack.ts'
import { closePlatform, openPlatform } from './platform.ts'
import { inviteStaff, linkTo } from './systems/citizen-account/methods/invite.ts'

/*
 * npm run staff -- LOGIN NAME EMAIL AGENCY ROLE   makes a member of staff, such as the first one
 * npm run staff -- LOGIN                          a new link for one who is there
 * Prints the address at which they set their password, once, within half an hour.
 */

const [login = '', name = '', email = '', agency = '', role = ''] = process.argv.slice(2)
if (!login || (name && !role)) {
  console.error('npm run staff -- LOGIN [NAME EMAIL AGENCY ROLE]')
  process.exit(1)
}
const config = readConfig(process.env)
const known = config.DATABASE_URL || runningPostgres(config.TAKAO_DATA)
const embedded = known ? null : await startPostgres(config.TAKAO_DATA)
const platform = await openPlatform(
  config,
  known ?? embedded?.url ?? '',
  pino({ level: 'error' }),
  {
    supervise: false,
  },
)
try {
  const roles = cityRoles(platform.city)
  if (name && !roles[role]) throw new Error(`ROLE: ${Object.keys(roles).join(', ')}`)
  const person = { login, name, email, agency }
  console.log(name ? await inviteStaff(platform, person, role) : await linkTo(platform, login))
} catch (error) {
  const fields = error instanceof Refused ? Object.entries(error.fields) : []
  for (const [field, { zh, en }] of fields) console.error(`${field}: ${zh} ${en}`)
  if (fields.length === 0) console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await closePlatform(platform)
  await embedded?.stop()
}
