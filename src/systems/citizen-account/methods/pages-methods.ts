import { notFound } from '../../../core/errors.ts'
import { sessionToken } from '../../../kernel/identity/session-cookie.ts'
import type { Page, Visit } from '../../../web/pages.ts'
import { offerCertificate, takeCertificate } from './certificate-page.tsx'
import { offerDevice, takeDevice } from './device-page.tsx'
import { type OwnWay, showWays, wayPage } from './list.tsx'
import { endWay, listWays, renameWay } from './operations.ts'
import { confirmedPage, errorsOf, waysPath } from './pages-confirm.ts'
import { offerPasskey, takePasskey } from './passkey-page.tsx'
import { changeOwnPassword, offerPassword } from './password-page.tsx'
import { offerRecovery, showRecovery } from './recovery-page.tsx'
import { offerTotp, takeTotp } from './totp.tsx'

const permission = 'account'

/** The owner's pages for the ways to sign in. */
export const methodPages: readonly Page[] = [
  { method: 'GET', path: waysPath, permission, run: showWays },
  confirmedPage('GET', `${waysPath}/totp`, offerTotp),
  confirmedPage('POST', `${waysPath}/totp`, takeTotp),
  confirmedPage('GET', `${waysPath}/device`, offerDevice),
  confirmedPage('POST', `${waysPath}/device`, takeDevice),
  confirmedPage('GET', `${waysPath}/passkey`, offerPasskey),
  confirmedPage('POST', `${waysPath}/passkey`, takePasskey),
  confirmedPage('GET', `${waysPath}/certificate`, offerCertificate),
  { ...confirmedPage('POST', `${waysPath}/certificate`, takeCertificate), readsFiles: true },
  confirmedPage('GET', `${waysPath}/password`, offerPassword),
  confirmedPage('POST', `${waysPath}/password`, changeOwnPassword),
  confirmedPage('GET', `${waysPath}/recovery`, offerRecovery),
  confirmedPage('POST', `${waysPath}/recovery`, showRecovery),
  {
    method: 'GET',
    path: `${waysPath}/:id`,
    permission,
    run: async (visit) => ({ page: wayPage(visit, await wayOf(visit)) }),
  },
  { method: 'POST', path: `${waysPath}/:id/name`, permission, run: rename },
  confirmedPage('POST', `${waysPath}/:id/end`, end, `${waysPath}/:id`),
]

async function wayOf(visit: Visit): Promise<OwnWay> {
  const found = (await visit.perform(listWays, {})).find(({ id }) => id === visit.params.id)
  if (!found) throw notFound({ zh: '這種登入方式', en: 'this way to sign in' })
  return found
}

async function rename(visit: Visit) {
  const way = await wayOf(visit)
  const label = visit.form.get('label')
  try {
    await visit.perform(renameWay, { id: way.id, label })
  } catch (error) {
    const errors = errorsOf(error, 'label')
    return { page: wayPage(visit, { ...way, label }, errors), status: 422 }
  }
  return { to: waysPath, flash: { zh: '已更改名稱。', en: 'The name was changed.' } }
}

async function end(visit: Visit) {
  const keep = sessionToken(visit.request, visit.platform.config)
  await visit.perform(endWay, { id: visit.params.id, ...(keep && { keep }) })
  return { to: waysPath, flash: { zh: '已移除。', en: 'It was removed.' } }
}
