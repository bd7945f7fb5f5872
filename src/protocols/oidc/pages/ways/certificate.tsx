import type { Challenge } from '../../../../kernel/identity/certificate/challenge.ts'
import { componentOf } from '../../../../kernel/identity/certificate/trust.ts'
import { CardHelp } from '../../../../web/components/card.tsx'
import type { Way } from './way.ts'

/** A signature by the card over a challenge of this sign-in. */
export const CertificateWay: Way = ({ visit, here, errors }) => {
  const waiting = here.attempt.waiting.certificate as Challenge | undefined
  const ask = { challenge: waiting?.text ?? '', component: componentOf(visit.platform) }
  return <CardHelp view={visit.view} ask={ask} errors={errors} />
}
