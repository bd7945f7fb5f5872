import { notFound } from '../../../core/errors.ts'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { confirmedPage } from '../methods/pages-confirm.ts'
import { add, deskPage, end, find } from './desk.tsx'
import { deskPermission } from './desk-operations.ts'
import { begin, cardPage, offerBegin, resume, stop } from './own.tsx'
import { offerKey, showPage, takeKey } from './show.tsx'
import { signedList } from './status.ts'
import { published } from './trust.ts'
import { offerVerify, verify, verifyPath } from './verify.tsx'
import { cardPath } from './words.tsx'

const permission = 'account'

/** The holder's pages, the counter's, and those by which anyone checks a card. */
export const cardPages: readonly Page[] = [
  { method: 'GET', path: cardPath, permission, run: cardPage },
  confirmedPage('GET', `${cardPath}/begin`, offerBegin),
  confirmedPage('POST', `${cardPath}/begin`, begin),
  confirmedPage('GET', `${cardPath}/device`, offerKey),
  confirmedPage('POST', `${cardPath}/device`, takeKey),
  confirmedPage('GET', `${cardPath}/show`, showPage),
  { method: 'POST', path: `${cardPath}/:id/stop`, permission, run: stop },
  confirmedPage('POST', `${cardPath}/:id/resume`, resume, cardPath),
  { method: 'GET', path: '/desk/cards', permission: deskPermission, run: deskPage },
  { method: 'POST', path: '/desk/cards/find', permission: deskPermission, run: find },
  { method: 'POST', path: '/desk/cards/add', permission: deskPermission, run: add },
  { method: 'POST', path: '/desk/cards/:id/end', permission: deskPermission, run: end },
  { method: 'GET', path: verifyPath, permission: 'public', run: offerVerify },
  { method: 'POST', path: verifyPath, permission: 'public', run: verify },
  { method: 'GET', path: '/card/trust.json', permission: 'public', run: trustFile },
  { method: 'GET', path: '/card/status/:list', permission: 'public', run: listFile },
]

async function trustFile(visit: Visit): Promise<Answer> {
  const found = await visit.read('public', published)
  return { body: JSON.stringify(open(visit, found)), type: 'application/json' }
}

async function listFile(visit: Visit): Promise<Answer> {
  const { list = '' } = visit.params
  const token = /^\d{1,6}$/.test(list)
    ? await visit.read('public', (ctx) => signedList(ctx, Number(list)))
    : null
  if (!token) throw notFound({ zh: '這份名單', en: 'this list' })
  return { body: open(visit, token), type: 'application/statuslist+jwt' }
}

/** Verifiers of other sites may fetch it; a stop counts at once, so nothing between keeps it. */
function open<T>({ reply }: Visit, given: T): T {
  reply.header('access-control-allow-origin', '*').header('cache-control', 'no-cache')
  return given
}
