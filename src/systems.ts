import type { System } from './system.ts'
import { callCentre } from './systems/call-centre/index.ts'
import { chatbot } from './systems/chatbot/index.ts'
import { citizenAccount } from './systems/citizen-account/index.ts'
import { citizenSupervision } from './systems/citizen-supervision/index.ts'
import { registerFigures } from './systems/council-report/figures.ts'
import { councilReport } from './systems/council-report/index.ts'
import { dispatch } from './systems/dispatch/index.ts'
import { enquiries } from './systems/enquiries/index.ts'
import { healthCounter } from './systems/health-counter/index.ts'
import { legalAid } from './systems/legal-aid/index.ts'
import { petitions } from './systems/petitions/index.ts'
import { singleSignOn } from './systems/single-sign-on/index.ts'

/** The systems of the city hall, in the order of the requirement document's sections. */
export const systems: readonly System[] = [
  citizenSupervision, // 四（二） S17 全民督工
  enquiries, //     五（一） S19 市政業務諮詢
  dispatch, //      五（二） S20 派工通報
  petitions, //     五（二） S21 人民陳情
  legalAid, //      五（三） S22 法律諮詢
  healthCounter, // 五（四） S23 保健服務
  callCentre, //    五（五） S24 1999 話務中心
  chatbot, //       五（六） S25 智能客服
  citizenAccount, // 六（一）1 S31 市民帳號
  singleSignOn, //  六（二）4 S39 單一帳號認證
  councilReport, // 全部   S51 工作報告
]

registerFigures(systems.flatMap((system) => system.figures ?? []))
