import { defineSystem } from '../../system.ts'
import { callCentreFigures } from './figures.ts'
import { callCentreMigrations } from './migrations.ts'
import { declareService, importCalls, recordCall } from './operations.ts'

/** S24 1999 話務中心: its calls as records. Section 五(五). */
export const callCentre = defineSystem({
  name: 'call-centre',
  title: { zh: '話務中心', en: 'Call centre' },
  section: '5.5',
  permissions: {
    'call-centre.record': { zh: '登錄來電', en: 'Record calls' },
    'call-centre.read': { zh: '查看來電', en: 'See calls' },
    'call-centre.import': { zh: '匯入話務紀錄', en: 'Import call records' },
  },
  migrations: callCentreMigrations,
  operations: [recordCall, importCalls, declareService],
  figures: callCentreFigures,
})
