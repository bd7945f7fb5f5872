import { sql } from 'kysely'
import { row } from '../../../core/db.ts'
import { pick } from '../../../core/i18n.ts'
import { read } from '../../../core/operation.ts'
import type { Visit } from '../../../web/pages.ts'
import { type ByCode, byCodePage, takeCode as proveCode } from '../../forms/pages/by-code.tsx'
import { heldBookings } from '../held.ts'
import { type BookingKit, holding, remember } from './kit.ts'

const byCode = ({ service }: BookingKit): ByCode => {
  const { path, title, prefix } = service
  return {
    title: {
      zh: `查詢${title.zh}預約`,
      en: `Find a booking: ${pick(title, 'en')}`,
    },
    number: { zh: '預約號碼或候補號碼', en: 'Booking or waiting number' },
    example: `${prefix}115-000123-4`,
    button: { zh: '開啟預約', en: 'Open it' },
    action: `${path}/find`,
    onDevice: { zh: '這台裝置上的預約', en: 'Bookings on this device' },
    held: ({ request, platform }) =>
      heldBookings.numbers(request, platform.config.secret).filter((no) => no.startsWith(prefix)),
    pathOf: (no) => `${path}/${no}`,
    hold: remember,
    exists: async (visit, proven) => {
      const found = await read(visit.platform, holding(visit, proven), 'public', (ctx) =>
        row(
          ctx.db,
          sql`select no from bookings.booking where no = ${proven.no} and service = ${service.name}
            union all
            select no from bookings.waiting where no = ${proven.no} and service = ${service.name}`,
        ),
      )
      return found !== undefined
    },
    below: ({ view }) => (
      <p>
        <a href={view.href(path)}>{view.t('預約新的時段', 'Book a time')}</a>
      </p>
    ),
  }
}

/** Asks for number and code, and lists the bookings that this browser holds. */
export const findPage = (kit: BookingKit, visit: Visit) => byCodePage(byCode(kit), visit)

/** Proves the code and holds the booking in this browser. */
export const takeCode = (kit: BookingKit, visit: Visit) => proveCode(byCode(kit), visit)
