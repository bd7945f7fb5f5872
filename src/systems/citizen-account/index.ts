import { defineSystem } from '../../system.ts'
import { sendEmailCode, takeEmailCode } from './links/email.ts'
import { listLinks } from './links/operations.ts'
import { linkPages } from './links/pages.tsx'
import { addCertificate, askForCertificate } from './methods/certificates.ts'
import { addDevice, answerApproval, listApprovals, tellingApproval } from './methods/devices.ts'
import { addTotp, endWay, listWays, renameWay } from './methods/operations.ts'
import { methodPages } from './methods/pages-methods.ts'
import { addPasskey } from './methods/passkeys.ts'
import { changePassword } from './methods/password.ts'
import { makeRecoveryCodes } from './methods/recovery.ts'
import { sendingReset } from './methods/reset.ts'
import {
  confirmLook,
  declineLook,
  findByCode,
  listWaitingLooks,
  ownProofings,
  recordLook,
  showCode,
} from './proofing/operations.ts'
import { proofingPages } from './proofing/pages-proofing.ts'

/** S31 市民帳號: one account, and the ways by which its owner signs in. 六(一)1 */
export const citizenAccount = defineSystem({
  name: 'citizen-account',
  title: { zh: '市民帳號', en: 'Citizen account' },
  section: '六（一）1',
  permissions: {
    'identity.proof': { zh: '在服務台查驗身分', en: 'Check identities at a counter' },
  },
  operations: [
    listWays,
    addTotp,
    addPasskey,
    askForCertificate,
    addCertificate,
    makeRecoveryCodes,
    changePassword,
    addDevice,
    listApprovals,
    answerApproval,
    renameWay,
    endWay,
    ...[listLinks, sendEmailCode, takeEmailCode],
    ownProofings,
    showCode,
    findByCode,
    recordLook,
    listWaitingLooks,
    confirmLook,
    declineLook,
  ],
  jobs: [sendingReset, tellingApproval],
  pages: [...methodPages, ...linkPages, ...proofingPages],
  menu: [
    {
      href: '/desk/proofing',
      label: { zh: '身分查驗', en: 'Identity checks' },
      permission: 'identity.proof',
    },
  ],
})
