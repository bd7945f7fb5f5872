import type { Page } from '../../../web/pages.ts'
import { confirmedPage } from '../methods/pages-confirm.ts'
import { add, deskPage, end, find } from './desk.tsx'
import { deskPermission } from './desk-operations.ts'
import { begin, cardPage, resume, stop } from './own.tsx'
import { offerKey, showPage, takeKey } from './show.tsx'
import { cardPath } from './words.tsx'

const permission = 'account'

/** The holder's pages, the counter's, and those by which anyone checks a card. */
export const cardPages: readonly Page[] = [
  { method: 'GET', path: cardPath, permission, run: cardPage },
  confirmedPage('POST', `${cardPath}/begin`, begin, cardPath),
  confirmedPage('GET', `${cardPath}/device`, offerKey),
  confirmedPage('POST', `${cardPath}/device`, takeKey),
  confirmedPage('GET', `${cardPath}/show`, showPage),
  { method: 'POST', path: `${cardPath}/:id/stop`, permission, run: stop },
  confirmedPage('POST', `${cardPath}/:id/resume`, resume, cardPath),
  { method: 'GET', path: '/desk/cards', permission: deskPermission, run: deskPage },
  { method: 'POST', path: '/desk/cards/find', permission: deskPermission, run: find },
  { method: 'POST', path: '/desk/cards/add', permission: deskPermission, run: add },
  { method: 'POST', path: '/desk/cards/:id/end', permission: deskPermission, run: end },
]
