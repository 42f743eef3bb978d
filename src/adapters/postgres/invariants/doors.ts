import { countedBreaches, type Invariant } from './invariant.ts';

/** Check-ins: a ticket lets in once, and only where it is for. */
export const doorInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'tickets_let_in_once',
    checked: 'select count(*) from check_in where undone_at is null',
    breaches: `select 'ticket ' || ticket_id || ' has ' || count(*) || ' living check-ins'
      from check_in where undone_at is null group by ticket_id having count(*) > 1`,
  }),
  countedBreaches({
    name: 'check_ins_have_their_ticket',
    checked: 'select (select count(*) from check_in) + (select count(*) from admission_conflict)',
    breaches: `select 'scan ' || c.id || ' at performance ' || c.performance_id || ' is of ticket ' || c.ticket_id
        || case when t.id is null then ', which does not exist' else ' of performance ' || t.performance_id end
      from (select id, ticket_id, performance_id from check_in
        union all select id, ticket_id, performance_id from admission_conflict) c
      left join ticket t on t.id = c.ticket_id
      where t.performance_id is distinct from c.performance_id`,
  }),
];
