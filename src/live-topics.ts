import type { Actor } from './core/context.ts'
import { may } from './core/operation.ts'
import type { System, Topics } from './system.ts'

const own = ':own'

/** The topics of the kernels; `:own` is the reader's own id. */
const kernelTopics: Topics = {
  [`inbox${own}`]: 'staff',
  [`approvals${own}`]: 'account',
  mail: 'cases.mail',
  'knowledge-gaps': 'knowledge.edit',
}

/** The topics of the city hall: of the kernels, of every kind of case, of each system. */
export const topicsOf = (systems: readonly System[]): Topics => ({
  ...kernelTopics,
  ...Object.fromEntries(
    systems.flatMap(({ cases = [] }) => cases.map(({ kind, readBy }) => [`cases:${kind}`, readBy])),
  ),
  ...Object.assign({}, ...systems.map(({ topics = {} }) => topics)),
})

/**
 * Whether someone who is signed in may listen to a topic. A topic that nobody declared is nobody's:
 * that something moves tells something, too.
 */
export function mayListen(topics: Topics, actor: Actor, topic: string): boolean {
  if (actor.kind !== 'staff' && actor.kind !== 'citizen') return false
  const [name = '', ...rest] = topic.split(':')
  const detail = rest.join(':')
  const holds = (declared: string) =>
    Object.hasOwn(topics, declared) && may(actor, topics[declared] ?? '')
  if (detail === '') return holds(name)
  return holds(topic) || holds(`${name}:*`) || (detail === actor.id && holds(name + own))
}
