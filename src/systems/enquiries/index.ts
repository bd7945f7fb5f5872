import { defineSystem } from '../../system.ts'
import { enquiryFigures } from './figures.ts'
import { enquiriesMigrations } from './migrations.ts'
import { annulEnquiry, importEnquiries, recordEnquiry, searchEnquiries } from './operations.ts'
import { enquiryPages } from './pages.tsx'

/** S19 市政業務諮詢: a question answered and noted in seconds. Section 五(一). */
export const enquiries = defineSystem({
  name: 'enquiries',
  title: { zh: '市政業務諮詢', en: 'Enquiries' },
  section: '5.1',
  permissions: {
    'enquiries.record': { zh: '記錄諮詢', en: 'Record enquiries' },
    'enquiries.read': { zh: '查看諮詢', en: 'See enquiries' },
    'enquiries.annul': { zh: '撤銷誤登', en: 'Annul mistaken entries' },
    'enquiries.import': { zh: '匯入諮詢', en: 'Import enquiries' },
  },
  migrations: enquiriesMigrations,
  operations: [recordEnquiry, importEnquiries, annulEnquiry, searchEnquiries],
  topics: { enquiries: 'enquiries.record' },
  figures: enquiryFigures,
  pages: enquiryPages,
  menu: [{ href: '/desk/1999', label: { zh: '1999', en: '1999' }, permission: 'enquiries.record' }],
})
