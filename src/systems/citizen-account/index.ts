import { defineSystem } from '../../system.ts'
import { addCertificate, askForCertificate } from './methods/certificates.ts'
import { addTotp, endWay, listWays, renameWay } from './methods/operations.ts'
import { methodPages } from './methods/pages-routes.ts'
import { addPasskey } from './methods/passkeys.ts'
import { makeRecoveryCodes } from './methods/recovery.ts'

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
    askForCertificate,
    addCertificate,
    makeRecoveryCodes,
    renameWay,
    endWay,
  ],
  pages: methodPages,
})
