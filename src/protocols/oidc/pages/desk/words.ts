import type { Text } from '../../../../core/i18n.ts'
import { levelNames, methodNames } from '../../../../kernel/identity/levels.ts'
import type { RelyingSystem } from '../../../../systems/single-sign-on/registry.ts'
import type { Tone } from '../../../../web/components/tags.tsx'
import type { Option } from '../../../../web/fields.ts'

/** Where the register of relying systems stands. */
export const systemsPath = '/desk/sign-on'

/** States of a relying system, with how they look. */
export const stateWords: Readonly<Record<RelyingSystem['state'], { label: Text; tone: Tone }>> = {
  proposed: { label: { zh: '待核定', en: 'Waits for the city' }, tone: 'soon' },
  live: { label: { zh: '上線', en: 'Live' }, tone: 'ok' },
  suspended: { label: { zh: '停用', en: 'Suspended' }, tone: 'late' },
  ended: { label: { zh: '已終止', en: 'Ended' }, tone: 'rest' },
}

/** Ratings under the Cyber Security Management Act; each asks for a least level. */
export const ratingWords: Readonly<Record<RelyingSystem['rating'], Text>> = {
  basic: { zh: '普', en: 'Basic' },
  medium: { zh: '中', en: 'Medium' },
  high: { zh: '高', en: 'High' },
}

export const audienceWords: Readonly<Record<RelyingSystem['audience'], Text>> = {
  citizens: { zh: '市民', en: 'Citizens' },
  staff: { zh: '市府同仁', en: 'Staff' },
  both: { zh: '市民與同仁', en: 'Both' },
}

/** Identity assurance as it is asked for. */
export const identityNames: readonly Text[] = [
  { zh: '', en: '' },
  { zh: '自己填的即可', en: 'As the person gave it' },
  { zh: '服務台查驗過', en: 'Checked at a counter' },
  { zh: '憑證查驗過', en: 'Checked by certificate' },
]

/** The choices of a field from words by their values. */
export const optionsFrom = (words: Readonly<Record<string, Text>>): Option[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

const levelHints: readonly Text[] = [
  { zh: '密碼或社群帳號', en: 'A password, or an account elsewhere' },
  { zh: '再加一種手上的東西', en: 'With something that one holds' },
  { zh: '離不開裝置的通行密鑰', en: 'A passkey that cannot leave its device' },
  { zh: '自然人憑證', en: 'The citizen certificate' },
]

export const levelOptions: readonly Option[] = levelHints.map((hint, i) => ({
  value: String(i + 1),
  label: levelNames[i + 1]!,
  hint,
}))

export const methodOptions = optionsFrom(methodNames)

export const authWords: Readonly<Record<string, Text>> = {
  client_secret_basic: { zh: '共用密鑰（標頭）', en: 'Shared secret in the header' },
  client_secret_post: { zh: '共用密鑰（表單）', en: 'Shared secret in the body' },
  private_key_jwt: { zh: '自己的金鑰 private_key_jwt', en: 'A key of its own, private_key_jwt' },
  none: { zh: '沒有（手機或網頁程式）', en: 'None: an app or a page' },
}

export const grantWords: Readonly<Record<string, Text>> = {
  authorization_code: { zh: '使用者登入', en: 'People sign in' },
  refresh_token: { zh: '更新權杖', en: 'Refresh tokens' },
  client_credentials: { zh: '程式對程式', en: 'Program to program' },
  'urn:ietf:params:oauth:grant-type:device_code': { zh: '裝置代碼', en: 'Device code' },
}
