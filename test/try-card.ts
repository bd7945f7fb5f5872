import { certificateCity } from './card.ts'
import { openComponent } from './hipki.ts'

/*
 * To try the certificate by hand: an authority with living answers, and the card's software with a
 * card in the reader. Prints the settings with which a city believes it; ends with the process.
 *
 *   node --import tsx test/try-card.ts 王小明
 */

const pin = '246810'
const name = process.argv[2] ?? '王小明'
const ca = await certificateCity()
const issued = await ca.authority.issue({ name, subject: '0000000112345678' })
const component = await openComponent(ca.sign, 61161)
component.set({ card: { issued, pin, left: 3 } })
process.on('SIGINT', () => {
  ca.authority.close()
  process.exit()
})

const settings = { ...ca.settings, CARD_COMPONENT: component.origin }
console.info(`卡片 / card: ${name}，PIN ${pin}`)
console.info(
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n'),
)
