import { closeVenue } from '../../kernel/bookings/close.ts'
import { bookingJobs, upkeepOf } from '../../kernel/bookings/upkeep.ts'
import { defineSystem } from '../../system.ts'
import { legalAidFigures } from './figures.ts'
import { legalAidService } from './legal-aid.ts'
import { legalAidMigrations } from './migrations.ts'
import * as operations from './operations.ts'
import { legalAidPages } from './pages.tsx'

const { common, book, move, bookFor, walkIn, finish, declareTie, importConsultations } = operations

/** S22 法律諮詢: book a lawyer on duty at four venues, or walk in. Section 五(三). */
export const legalAid = defineSystem({
  name: 'legal-aid',
  title: legalAidService.title,
  section: '5.3',
  permissions: {
    'legal-aid.desk': { zh: '法律諮詢櫃檯', en: 'The desk of legal advice' },
    'legal-aid.rota': { zh: '律師班表與迴避', en: 'The rota of lawyers' },
    'legal-aid.import': { zh: '匯入法律諮詢', en: 'Import consultations' },
    'legal-aid.upkeep': { zh: '開放時段與通知', en: 'Open times and send letters' },
  },
  migrations: legalAidMigrations,
  // A new city can be booked from its first minute, not from the hourly job.
  seeds: [upkeepOf(legalAidService).open],
  operations: [
    ...Object.values(common),
    ...[book, move, bookFor, walkIn, finish, declareTie, importConsultations],
    ...Object.values(upkeepOf(legalAidService)),
    closeVenue(legalAidService),
  ],
  numbered: [
    {
      prefix: legalAidService.prefix,
      find: `${legalAidService.path}/find`,
      desk: { path: '/desk/legal-aid', permission: 'legal-aid.desk' },
    },
  ],
  topics: { 'bookings:*': 'legal-aid.desk' },
  figures: legalAidFigures,
  jobs: bookingJobs(legalAidService),
  pages: legalAidPages,
  menu: [{ href: '/desk/legal-aid', label: legalAidService.title, permission: 'legal-aid.desk' }],
})
