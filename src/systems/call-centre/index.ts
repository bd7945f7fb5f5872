import { defineSystem } from '../../system.ts'
import { listCallBacks, tryCallBack } from './call-backs.ts'
import { mountCti } from './cti.ts'
import { endExchange, issueExchange, listExchanges } from './exchanges.ts'
import { callCentreFigures } from './figures.ts'
import { callCentreMigrations } from './migrations.ts'
import { declareService, importCalls, recordCall } from './operations.ts'
import { boardPages } from './pages-board.tsx'
import { callBackPages } from './pages-call-backs.tsx'
import { deskPages } from './pages-desk.tsx'
import { exchangePages } from './pages-exchanges.tsx'
import { importPages } from './pages-import.tsx'
import { staffingPages } from './pages-staffing.tsx'
import { staffing } from './staffing.ts'
import { setState } from './states.ts'
import { wrapUp } from './wrap-up.ts'

/** S24 1999 話務中心: its calls as they happen, and as records. Section 五(五). */
export const callCentre = defineSystem({
  name: 'call-centre',
  title: { zh: '話務中心', en: 'Call centre' },
  section: '5.5',
  permissions: {
    'call-centre.record': { zh: '登錄來電', en: 'Record calls' },
    'call-centre.read': { zh: '查看來電', en: 'See calls' },
    'call-centre.import': { zh: '匯入話務紀錄', en: 'Import call records' },
    'call-centre.supervise': { zh: '看話務現況與排班', en: 'Watch the lines and staff them' },
    'call-centre.connect': { zh: '連接交換機', en: 'Connect exchanges' },
  },
  migrations: callCentreMigrations,
  operations: [
    recordCall,
    importCalls,
    declareService,
    issueExchange,
    endExchange,
    listExchanges,
    setState,
    wrapUp,
    listCallBacks,
    tryCallBack,
    staffing,
  ],
  topics: { calls: 'call-centre.supervise', 'calls:own': 'call-centre.record' },
  figures: callCentreFigures,
  routes: mountCti,
  pages: [
    ...deskPages,
    ...callBackPages,
    ...boardPages,
    ...staffingPages,
    ...importPages,
    ...exchangePages,
  ],
  menu: [
    {
      href: '/desk/calls',
      label: { zh: '話務台', en: 'Calls' },
      permission: 'call-centre.record',
    },
    {
      href: '/desk/calls/exchanges',
      label: { zh: '交換機', en: 'Exchanges' },
      permission: 'call-centre.connect',
    },
  ],
})
