import { defineSystem } from '../../system.ts'
import {
  addPhysicalCard,
  deskPermission,
  endCardAtDesk,
  findHolder,
} from './card/desk-operations.ts'
import { turnCardKeys, turnCardKeysJob } from './card/keys.ts'
import { cardMigrations } from './card/migrations.ts'
import {
  addCardKey,
  beginCard,
  ownCards,
  resumeCard,
  showOnce,
  stopCard,
} from './card/operations.ts'
import { cardPages } from './card/pages-card.ts'
import { verifyCard } from './card/trust.ts'
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
import { offerToWallet, stopWalletCard, walletCards } from './wallet/wallet.ts'

/** S31 市民帳號: one account, and the ways by which its owner signs in. 六(一)1 */
export const citizenAccount = defineSystem({
  name: 'citizen-account',
  title: { zh: '市民帳號', en: 'Citizen account' },
  section: '六（一）1',
  permissions: {
    'identity.proof': { zh: '在服務台查驗身分', en: 'Check identities at a counter' },
    [deskPermission]: { zh: '登錄與註銷市民卡', en: 'Add and end city cards' },
  },
  migrations: cardMigrations,
  seeds: [turnCardKeys],
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
    ...[ownCards, beginCard, addCardKey, showOnce, stopCard, resumeCard],
    ...[findHolder, addPhysicalCard, endCardAtDesk, verifyCard],
    ...[walletCards, offerToWallet, stopWalletCard],
  ],
  jobs: [turnCardKeysJob, sendingReset, tellingApproval],
  pages: [...methodPages, ...linkPages, ...proofingPages, ...cardPages],
  menu: [
    {
      href: '/desk/proofing',
      label: { zh: '身分查驗', en: 'Identity checks' },
      permission: 'identity.proof',
    },
    {
      href: '/desk/cards',
      label: { zh: '市民卡', en: 'City cards' },
      permission: deskPermission,
    },
  ],
})
