import type { Answer, Page, Visit } from '../../../../web/pages.ts'
import type { ProviderNow } from '../../mount.ts'
import { staffForm, takeStaff } from './form.tsx'
import { delegates, listStaff, staffPath } from './list.tsx'
import { comeBack, end, grant, staffPage, withdraw } from './one.tsx'

const page = (
  method: 'GET' | 'POST',
  path: string,
  run: (visit: Visit) => Promise<Answer>,
): Page => ({ method, path: `${staffPath}${path}`, permission: delegates, run })

/** Members of staff and their roles, for those who delegate over a subtree of agencies. */
export const staffPages = (now: ProviderNow): readonly Page[] => [
  page('GET', '', listStaff),
  page('GET', '/new', staffForm),
  page('POST', '/new', takeStaff),
  page('GET', '/:id', staffPage),
  page('GET', '/:id/change', staffForm),
  page('POST', '/:id/change', takeStaff),
  page('POST', '/:id/grant', grant),
  page('POST', '/:id/withdraw', withdraw),
  page('POST', '/:id/end', end(now)),
  page('POST', '/:id/return', comeBack),
]
