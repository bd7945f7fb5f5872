import type { Page } from '../../../web/pages.ts'
import { confirm, decline, deskPage, find, record } from './desk.tsx'
import { codePage, identityPage } from './own.tsx'

/** How it was made sure who somebody is: their own page, and the counter's. */
export const proofingPages: readonly Page[] = [
  { method: 'GET', path: '/account/identity', permission: 'account', run: identityPage },
  { method: 'POST', path: '/account/identity/code', permission: 'account', run: codePage },
  { method: 'GET', path: '/desk/proofing', permission: 'identity.proof', run: deskPage },
  { method: 'POST', path: '/desk/proofing/find', permission: 'identity.proof', run: find },
  { method: 'POST', path: '/desk/proofing/record', permission: 'identity.proof', run: record },
  {
    method: 'POST',
    path: '/desk/proofing/:id/confirm',
    permission: 'identity.proof',
    run: confirm,
  },
  {
    method: 'POST',
    path: '/desk/proofing/:id/decline',
    permission: 'identity.proof',
    run: decline,
  },
]
