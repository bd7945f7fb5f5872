import type { Answer, Page, Visit } from '../../../../web/pages.ts'
import { auditPage, lookPage } from './audit.tsx'
import { formPage, takeProposal } from './form.tsx'
import { listPage } from './list.tsx'
import { resync, takeScimSecret } from './provisioning.tsx'
import { systemPage } from './system.tsx'
import { decisions, newSecret } from './system-forms.tsx'
import { systemsPath } from './words.ts'

const page =
  (permission: string) =>
  (method: 'GET' | 'POST', path: string, run: (visit: Visit) => Promise<Answer>): Page => ({
    ...{ method, path: `${systemsPath}${path}`, permission, run },
  })
const sees = page('single-sign-on.read')
const proposes = page('single-sign-on.propose')
const approves = page('single-sign-on.approve')
const audits = page('identity.audit')

/** The register of relying systems: agencies propose, the city approves, auditors look. */
export const registerPages: readonly Page[] = [
  sees('GET', '', listPage),
  proposes('GET', '/new', formPage),
  proposes('POST', '/new', takeProposal),
  sees('GET', '/:id', (visit) => systemPage(visit)),
  proposes('GET', '/:id/change', formPage),
  proposes('POST', '/:id/change', takeProposal),
  proposes('POST', '/:id/secret', newSecret),
  proposes('POST', '/:id/scim-secret', takeScimSecret),
  proposes('POST', '/:id/resync', resync),
  ...Object.entries(decisions).map(([step, run]) => approves('POST', `/:id/${step}`, run)),
  audits('GET', '/:id/sign-ins', auditPage),
  audits('GET', '/:id/sign-ins/:signIn', lookPage),
]
