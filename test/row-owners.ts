/**
 * For every table with row-level security: whose a row is, in SQL over the row `r`. A case and what
 * belongs to it is its agency's; a draft and a message are nobody's but their holder's.
 */
const caseOf = `(select c.agency from cases.case c where c.id = r.case_id)`
export const owners: Readonly<Record<string, { agency: string; person: string; secret: string }>> =
  {
    'identity.account': {
      agency: '(select s.agency from identity.staff s where s.id = r.id)',
      person: 'r.id::text',
      secret: 'null',
    },
    ...Object.fromEntries(
      ['credential', 'proof', 'device', 'approval', 'proofing', 'proofing_code'].map((name) => [
        `identity.${name}`,
        { agency: 'null', person: 'r.account::text', secret: 'null' },
      ]),
    ),
    ...Object.fromEntries(
      ['card', 'card_key', 'wallet_card'].map((name) => [
        `citizen_card.${name}`,
        { agency: 'null', person: 'r.account::text', secret: 'null' },
      ]),
    ),
    'identity.session': {
      agency: '(select s.agency from identity.staff s where s.id = r.account)',
      person: 'r.account::text',
      secret: 'null',
    },
    'identity.sign_in': { agency: 'r.agency', person: 'r.account::text', secret: 'null' },
    'oidc.logout': { agency: 'null', person: 'null', secret: 'null' },
    'scim.removed': { agency: 'null', person: 'null', secret: 'null' },
    'scim.told': { agency: 'null', person: 'null', secret: 'null' },
    'scim.delivery': { agency: 'null', person: 'null', secret: 'null' },
    'single_sign_on.system': { agency: 'r.agency', person: 'null', secret: 'null' },
    'core.event': { agency: 'r.agency', person: 'null', secret: 'null' },
    'cases.case': { agency: 'r.agency', person: 'r.assignee', secret: 'r.secret_hash' },
    ...Object.fromEntries(
      ['party', 'clock', 'words', 'statement', 'attachment', 'follower', 'look', 'survey'].map(
        (name) => [
          `cases.${name}`,
          {
            agency: caseOf,
            person: '(select c.assignee from cases.case c where c.id = r.case_id)',
            secret: '(select c.secret_hash from cases.case c where c.id = r.case_id)',
          },
        ],
      ),
    ),
    'cases.interaction': {
      agency: `coalesce(${caseOf},
        (select b.agency from bookings.booking b where b.id = r.booking))`,
      person: `coalesce((select c.assignee from cases.case c where c.id = r.case_id),
        case when r.case_id is null and r.booking is null then r.kept_by end)`,
      secret: `coalesce((select c.secret_hash from cases.case c where c.id = r.case_id),
        (select b.secret_hash from bookings.booking b where b.id = r.booking))`,
    },
    'cases.round': { agency: 'null', person: 'r.person', secret: 'null' },
    'cases.area_watch': { agency: 'null', person: 'null', secret: 'null' },
    'cases.template': { agency: 'r.agency', person: 'null', secret: 'null' },
    'enquiries.enquiry': { agency: 'r.agency', person: 'r.operator', secret: 'null' },
    ...Object.fromEntries(
      ['call', 'operator_state', 'wrap_up', 'call_back', 'call_back_try'].map((name) => [
        `call_centre.${name}`,
        { agency: 'null', person: 'r.operator', secret: 'null' },
      ]),
    ),
    'call_centre.exchange': { agency: 'null', person: 'null', secret: 'r.token_hash' },
    'call_centre.caller': {
      agency: caseOf,
      person: '(select c.assignee from cases.case c where c.id = r.case_id)',
      secret: '(select c.secret_hash from cases.case c where c.id = r.case_id)',
    },
    'messages.message': {
      agency: 'null',
      person: `case when r.channel = 'inbox' then r.recipient end`,
      secret: 'null',
    },
    ...Object.fromEntries(
      ['booking', 'waiting'].map((name) => [
        `bookings.${name}`,
        { agency: 'r.agency', person: 'null', secret: 'r.secret_hash' },
      ]),
    ),
    'legal_aid.matter': { agency: 'r.agency', person: 'null', secret: 'null' },
    'legal_aid.tie': { agency: 'null', person: 'null', secret: 'null' },
    'health_counter.service': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.article': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.version': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.feedback': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.gap': { agency: 'r.agency', person: 'null', secret: 'null' },
    'knowledge.asked': { agency: 'r.agency', person: 'null', secret: 'null' },
    'chatbot.conversation': { agency: 'null', person: 'r.operator', secret: 'r.secret' },
    'chatbot.turn': {
      agency: 'null',
      person: '(select c.operator from chatbot.conversation c where c.id = r.conversation)',
      secret: '(select c.secret from chatbot.conversation c where c.id = r.conversation)',
    },
    'forms.draft': { agency: 'null', person: 'null', secret: `encode(r.key_hash, 'hex')` },
    'open311.api_key': { agency: 'null', person: 'null', secret: 'r.key_hash' },
  }

/** Rows that not even the whole city's scope shows. */
export const holdersOnly = ['forms.draft']

/** Tables anyone's transaction may read, and why nothing in them is an agency's own. */
export const open: Readonly<Record<string, string>> = {
  'bookings.duty': 'who serves where is announced',
  'bookings.provider': 'who serves where is announced',
  'bookings.session': 'announced to everyone',
  'bookings.slot': 'announced to everyone',
  'bookings.venue': 'announced to everyone',
  'calendar.closure': 'announced to everyone',
  'calendar.day': 'announced to everyone',
  'calendar.revision': 'announced to everyone',
  'call_centre.import': 'counts and a digest',
  'call_centre.opening_hours': 'announced to everyone',
  'call_centre.service': 'announced to everyone',
  'chatbot.asked': 'what figures count: no words, no people',
  'chatbot.line_event': 'ids of deliveries, to take each once',
  'chatbot.line_person': 'keyed digests of LINE users, and whether they follow',
  'chatbot.service': 'announced to everyone',
  'chatbot.topic': 'announced to everyone',
  'knowledge.revision': 'one number that says when to build the index anew',
  'cases.register': 'what figures count: no words, no people',
  'core.checkpoint': 'roots and signatures, to be published',
  'core.file': 'digests and sizes; content is opened by a signed name',
  'core.idempotency': 'found only by the actor and a key that the actor chose',
  'core.signing_key': 'public keys',
  'figures.evidence_row': 'behind council-report.read-full; the public sees declared columns',
  'figures.evidence_set': 'roots',
  'figures.frozen': 'the published report',
  'figures.version': 'the published report',
  'health_counter.opening_hours': 'announced to everyone',
  'messages.line_state': 'how busy the telephone lines are, told to everyone',
  'citizen_card.list': 'how many places of a list are taken',
  'citizen_card.signing_key': 'keys of cards, sealed under the installation’s secret',
  'citizen_card.status': 'places of a list and what they say, to be published',
  'identity.agency': 'the directory of the city hall',
  'identity.role_grant': 'read to sign a person in, before anyone is known',
  'identity.certificate_answer': 'what issuers said of a certificate, under its digest',
  'identity.certificate_list': 'lists that issuers publish',
  'identity.challenge': 'found only by the digest of a challenge of one browser',
  'identity.reset': 'found only by the digest of a link that was mailed',
  'identity.attempt': 'found only by the secret id of a sign-in under way',
  'identity.tries': 'keyed digests of what was tried, and how often',
  'oidc.entity': 'found only by the digest of a secret, or by a row that was found so',
  'oidc.key': 'signing keys, sealed under the installation’s secret',
  'single_sign_on.method': 'which ways to sign in are offered since when',
  'supervision.item': 'the items in force, announced to everyone',
  'identity.staff': 'read to sign a person in, before anyone is known',
}

/** Views and functions that run with their owner's rights, and why that leaks nothing. */
export const asOwner: Readonly<Record<string, string>> = {
  'bookings.counted': 'what figures count: no people',
  'bookings.position_of': 'how many wait before a number that the asker knows',
  'bookings.seat': 'which seats are taken and until when: no people',
  'bookings.visits_of': 'times of the visits of a person whose digest the asker has',
  'call_centre.cases_with': 'ids of cases whose party left a number that the asker knows',
  'call_centre.counted': 'what figures count: no numbers of callers',
  'cases.holding': 'ids of cases that hold the words that the asker gives',
  'cases.leave': 'ends the e-mails to one follower, whose id is the capability',
  'cases.nearby': 'open public cases near a point: no words, no people',
  'cases.public_case': 'what anyone may see of public cases: no words, a rounded place',
  'cases.public_id': 'the id of a case that anyone may see',
  'cases.public_update': 'steps of public cases: what and when, no words',
  'cases.related': 'numbers and states of cases bound to the one in hand, no words',
  'chatbot.ahead_of': 'how many wait before someone',
  'core.hold_last_link': 'the same, when nobody else appends to the record any more',
  'core.last_link': 'the number and the hash of the last event of a record',
  'enquiries.counted': 'what figures count: no words',
  'health_counter.counted': 'what figures count: no people are known',
  'identity.counted_sign_in': 'what figures count: which system and level, no people',
  'identity.end_credentials': 'ends the credentials of staff whom the actor reaches, tells none',
  'identity.staff_taken': 'whether a login or an address is taken, not by whom',
  'knowledge.counted': 'what figures count: which article was published when',
  'knowledge.similar_gap': 'the id of an open question of similar words, and its agency',
  'legal_aid.barred': 'lawyers who must not advise parties that the asker names',
  'single_sign_on.counted': 'what figures count: systems and levels',
  'single_sign_on.relying': 'one system by its public identifier, with its sealed secret',
}
