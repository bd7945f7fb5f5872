import type { PasskeyWaiting } from '../../../../kernel/identity/methods/passkey.ts'
import { PasskeyHelp } from '../../../../web/components/passkey.tsx'
import type { Way } from './way.ts'

/** A key of the device: the button asks for it, and the field of the name offers it. */
export const PasskeyWay: Way = ({ visit, here, errors }) => {
  const waiting = here.attempt.waiting.passkey as PasskeyWaiting | undefined
  const options = waiting?.options ?? {}
  // Not again after a refusal: a browser that answers by itself would go round in circles.
  const offer = !here.account && Object.keys(errors).length === 0
  return <PasskeyHelp view={visit.view} ask="use" options={options} offer={offer} />
}
