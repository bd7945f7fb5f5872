import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { choosePage } from './choose.tsx'
import { takeDetails } from './details.tsx'
import { findPage, takeCode } from './find.tsx'
import type { BookingKit } from './kit.ts'
import { giveBack, numberPage, takeMove } from './mine.tsx'
import { takeTime } from './take-time.ts'
import { takeWish, waitPage } from './wait.tsx'

/** The pages on which a citizen books, waits, finds, moves and cancels. */
export const bookingPages = (kit: BookingKit): readonly Page[] => {
  const { path } = kit.service
  const page = (
    method: Page['method'],
    beneath: string,
    run: (visit: Visit) => Promise<Answer>,
  ): Page => ({ method, path: path + beneath, permission: 'public', run })
  return [
    page('GET', '', (visit) => choosePage(kit, visit)),
    page('POST', '/hold', (visit) => takeTime(kit, visit)),
    page('GET', '/find', (visit) => findPage(kit, visit)),
    page('POST', '/find', (visit) => takeCode(kit, visit)),
    page('GET', '/wait', (visit) => waitPage(kit, visit)),
    page('POST', '/wait', (visit) => takeWish(kit, visit)),
    page('GET', '/:no', (visit) => numberPage(kit, visit)),
    page('POST', '/:no/book', (visit) => takeDetails(kit, visit)),
    page('POST', '/:no/move', (visit) => takeMove(kit, visit)),
    page('POST', '/:no/cancel', (visit) => giveBack(kit, visit, 'cancel')),
    page('POST', '/:no/leave', (visit) => giveBack(kit, visit, 'leave')),
  ]
}
