import { defineSystem } from '../../system.ts'
import { sendEmailCode, takeEmailCode } from './links/email.ts'
import { listLinks } from './links/operations.ts'
import { linkPages } from './links/pages.tsx'
import { addDevice, answerApproval, listApprovals, tellingApproval } from './methods/devices.ts'
import { addTotp, endWay, listWays, renameWay } from './methods/operations.ts'
import { methodPages } from './methods/pages-methods.ts'
import { addPasskey } from './methods/passkeys.ts'
import { changePassword } from './methods/password.ts'
import { makeRecoveryCodes } from './methods/recovery.ts'
import { sendingReset } from './methods/reset.ts'

/** S31 市民帳號: one account, and the ways by which its owner signs in. 六(一)1 */
export const citizenAccount = defineSystem({
  name: 'citizen-account',
  title: { zh: '市民帳號', en: 'Citizen account' },
  section: '六（一）1',
  permissions: {},
  operations: [
    listWays,
    addTotp,
    addPasskey,
    makeRecoveryCodes,
    changePassword,
    addDevice,
    listApprovals,
    answerApproval,
    renameWay,
    endWay,
    ...[listLinks, sendEmailCode, takeEmailCode],
  ],
  jobs: [sendingReset, tellingApproval],
  pages: [...methodPages, ...linkPages],
})
