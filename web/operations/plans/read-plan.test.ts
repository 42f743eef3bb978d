import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arenaPlan } from '../../../src/demo/plans/arena.ts';
import { theatrePlan } from '../../../src/demo/plans/theatre.ts';
import { createLayout, nameOf } from '../../tickets/seats/layout.ts';
import { countGrades, type ReadPlan, type SeatPlan } from './plan-text.ts';
import { readPlan } from './read-plan.ts';
import { writePlan } from './write-plan.ts';

function planOf(read: ReadPlan): SeatPlan {
  assert.ok(read.ok, JSON.stringify(read));
  return read.plan;
}

const faultsOf = (read: ReadPlan) =>
  read.ok
    ? []
    : read.errors.map(({ fault, line = 0, value, column = '' }) => `${line} ${fault} ${value}${column}`);

describe('a seat plan drawn with letters', () => {
  test('has a seat for each letter, numbered from the left, with gaps between runs', () => {
    const plan = planOf(readPlan('V = VIP\nsection A Stalls\n1: VV..VVR\n2: R'));
    assert.deepEqual(plan.sections, [
      {
        id: 'A',
        name: 'Stalls',
        rows: [
          {
            id: '1',
            runs: [
              { grade: 'VIP', first: 1, count: 2, at: [0, 0], by: [1, 0] },
              { grade: 'VIP', first: 3, count: 2, at: [4, 0], by: [1, 0] },
              { grade: 'R', first: 5, count: 1, at: [6, 0], by: [1, 0] },
            ],
          },
          { id: '2', runs: [{ grade: 'R', first: 1, count: 1, at: [0, 1], by: [1, 0] }] },
        ],
      },
    ]);
    assert.deepEqual(
      [...countGrades(plan)],
      [
        ['VIP', 4],
        ['R', 2],
      ],
    );
  });

  test('puts sections below each other, or beside the one before', () => {
    const plan = planOf(readPlan('section A\n1: RR\nsection B beside\n1: R\n구역 C 이층\n1: S'));
    const places = plan.sections.map(({ rows }) => rows[0]?.runs[0]?.at);
    assert.deepEqual(places, [
      [0, 0],
      [4, 0],
      [0, 3],
    ]);
    assert.equal(plan.sections[2]?.name, '이층');
  });

  test('leaves a line free where the drawing does, and ignores remarks', () => {
    const plan = planOf(readPlan('section A # the stalls\n1: R\n\n2: R'));
    assert.deepEqual(
      plan.sections[0]?.rows.map(({ runs }) => runs[0]?.at),
      [
        [0, 0],
        [0, 2],
      ],
    );
  });

  test('names each line that it cannot read, and why', () => {
    assert.deepEqual(faultsOf(readPlan('1: RR')), ['1 noSection 1']);
    assert.deepEqual(faultsOf(readPlan('section A\n1: RR\n1: RR\nwhat\n2: ...\nsection A')), [
      '3 rowTwice 1',
      '4 line what',
      '5 rowEmpty 2',
      '6 sectionTwice A',
    ]);
    assert.deepEqual(faultsOf(readPlan('section A\n1: R!')), ['2 grade !']);
    assert.deepEqual(faultsOf(readPlan('  \n')), ['0 empty ']);
  });
});

describe('a seat plan as a table', () => {
  test('takes one seat to a line, or a run of them', () => {
    const bySeat = planOf(readPlan('section,row,number,grade\nA,1,1,R\nA,1,2,R\nA,1,4,S'));
    const byRun = planOf(readPlan('Section;Row;First;Last;Grade\nA;1;1;2;R\nA;1;4;4;S\n'));
    assert.deepEqual(bySeat, byRun);
    assert.deepEqual(bySeat.sections[0]?.rows[0]?.runs, [
      { grade: 'R', first: 1, count: 2, at: [0, 0], by: [1, 0] },
      { grade: 'S', first: 4, count: 1, at: [3, 0], by: [1, 0] },
    ]);
  });

  test('puts seats where it says', () => {
    const plan = planOf(readPlan('section\trow\tnumber\tgrade\tx\ty\nA\t1\t1\tR\t10.5\t-2'));
    assert.deepEqual(plan.sections[0]?.rows[0]?.runs[0]?.at, [10.5, -2]);
  });

  test('has heads in Korean or English, in any case and order', () => {
    const korean = planOf(
      readPlan('등급,좌석 번호,열,구역,비고\nVIP,1번,1열,가구역,기둥 옆\nVIP,2번,1열,가구역,'),
    );
    const english = planOf(readPlan('SECTION;Row;Seat No.;Grade\n가;1;1;VIP\n가;1;2;VIP'));
    assert.deepEqual(korean, english);
    const named = planOf(readPlan('구역명\t행\t시작 번호\t끝 번호\t등급\n나구역\t가열\t1\t9\tR'));
    assert.deepEqual(named.sections, [
      { id: '나', rows: [{ id: '가', runs: [{ grade: 'R', first: 1, count: 9, at: [0, 0], by: [1, 0] }] }] },
    ]);
  });

  test('may quote every cell, have commas in quotes, and end lines with a comma', () => {
    const lines = [
      '"section","name","row","number","grade",',
      '"A","1층, ""왼쪽""","1","1","R",',
      '',
      '"A","","1","2","R",',
    ];
    const plan = planOf(readPlan(lines.join('\n')));
    assert.equal(plan.sections[0]?.name, '1층, "왼쪽"');
    assert.deepEqual(countGrades(plan), new Map([['R', 2]]));
  });

  test('takes decimal commas, and the delimiter that Excel names', () => {
    const plan = planOf(readPlan('sep=;\nsection;row;number;grade;x;y\nA;1;1;R;10,5;-2,25'));
    assert.deepEqual(plan.sections[0]?.rows[0]?.runs[0]?.at, [10.5, -2.25]);
    const quoted = planOf(readPlan('section,row,number,grade,x,y\nA,1,1,R,"10,5",0'));
    assert.deepEqual(quoted.sections[0]?.rows[0]?.runs[0]?.at, [10.5, 0]);
  });

  test('loses no place: what is no number is refused, and so is a place of some seats only', () => {
    const head = 'section,row,number,grade,x,y\n';
    assert.deepEqual(faultsOf(readPlan(`${head}A,1,1,R,left,0\nA,1,2,R,1,\nA,1,3,R,"1,234.5",0`)), [
      '2 place left',
      '3 place ',
      '4 place 1,234.5',
    ]);
    assert.deepEqual(faultsOf(readPlan(`${head}A,1,1,R,0,0\nA,1,2,R,,`)), ['3 placeSome ']);
    assert.deepEqual(faultsOf(readPlan('section,row,number,grade,x\nA,1,1,R,0')), ['1 columnMissing y']);
  });

  test('shifts no column: unknown heads, cells beyond the heads and broken quotes are refused', () => {
    const head = 'section,row,number,grade\n';
    assert.deepEqual(faultsOf(readPlan('section,row,number,grade,price,열\nA,1,1,R,5,1')), [
      '1 columnUnknown price',
      '1 columnTwice 열',
    ]);
    assert.deepEqual(faultsOf(readPlan(`${head}A,1,1,R,1층`)), ['2 cellExtra 1층']);
    assert.deepEqual(faultsOf(readPlan(`${head}"A\n1",1,1,R\nA,1,"1,R`)), ['4 quotes ']);
    assert.deepEqual(faultsOf(readPlan('자리,값\nA,1')).slice(0, 3), [
      '1 columnUnknown 자리',
      '1 columnUnknown 값',
      '1 columnMissing section',
    ]);
  });

  test('cuts no name and takes no broken one', () => {
    const head = 'section,name,row,number,grade\n';
    const long = '가'.repeat(61);
    assert.deepEqual(faultsOf(readPlan(`${head}A,${long},1,1,R\nB,\ufffd층,1,1,R\n\ufffd,,1,1,R`)), [
      `2 sectionName ${long}`,
      '3 sectionName \ufffd층',
      '4 name \ufffd',
    ]);
    assert.deepEqual(faultsOf(readPlan(`${head}A,1층,1,1,R\nA,2층,1,2,R`)), ['3 sectionNames A']);
  });

  test('is bounded as the API bounds it', () => {
    const lines = Array.from({ length: 17 }, (_, i) => `A,1,${i},G${i}`);
    assert.deepEqual(faultsOf(readPlan(`section,row,number,grade\n${lines.join('\n')}`)), [
      '0 tooManyGrades 17',
    ]);
  });

  test('names what is missing or wrong', () => {
    assert.deepEqual(faultsOf(readPlan('section,row,number\nA,1,1')), ['1 columnMissing grade']);
    assert.deepEqual(
      faultsOf(readPlan('section,row,number,grade\nA,1,x,R\nA-1,1,1,R\nA,1,1,\nA,1,1,R\nA,1,1,R')),
      ['2 number x', '3 name A-1', '4 cellEmpty grade', '6 seatTwice A-1-1'],
    );
    assert.deepEqual(faultsOf(readPlan('section,row,first,last,grade\nA,1,1,60000,R')), ['2 tooMany 60000']);
  });
});

describe('a seat plan written as a table', () => {
  const answerOf = (plan: SeatPlan) => {
    const counts = countGrades(plan);
    const capacity = [...counts.values()].reduce((sum, seats) => sum + seats, 0);
    return { plan, capacity, grades: [...counts.keys()], planHash: '', seatsUrl: '' };
  };

  /** Every seat with its grade and place, in order. */
  const seatsOf = (plan: SeatPlan) => {
    const layout = createLayout(answerOf(plan));
    return Array.from({ length: layout.capacity }, (_, no) => {
      const { id, section, grade } = nameOf(layout, no);
      return [
        id,
        section,
        grade,
        ...[layout.x[no]!, layout.y[no]!].map((place) => Math.round(place * 100)),
      ].join(' ');
    });
  };

  for (const [name, plan] of Object.entries({
    // Types of the server know pairs as lists.
    theatre: theatrePlan() as SeatPlan,
    arena: arenaPlan() as SeatPlan,
    drawing: planOf(readPlan('section A Stalls\n1: VV..VVR\n2: R\nsection B beside\n1: RRR')),
    words: {
      sections: [
        {
          id: '가구역',
          name: '1층, "왼쪽"',
          rows: [{ id: '나열', runs: [{ grade: 'R', first: 1, count: 2, at: [0, 0], by: [1, 0] }] }],
        },
      ],
    } satisfies SeatPlan,
    descending: planOf(readPlan('section,row,number,grade\nA,1,3,R\nA,1,2,R\nA,1,1,S')),
  }))
    test(`is the same seats in the same order when it is read: ${name}`, () => {
      assert.deepEqual(seatsOf(planOf(readPlan(writePlan(answerOf(plan))))), seatsOf(plan));
    });
});

test('sections and rows may have Hangul names, with the word for it or without', () => {
  const plan = planOf(readPlan('가구역\n가열: RR\n나: RR\n1열: RR\n구역 나구역 옆 이층\n1: R'));
  assert.deepEqual(
    plan.sections.map(({ id, name }) => [id, name]),
    [
      ['가', undefined],
      ['나', '이층'],
    ],
  );
  assert.deepEqual(
    plan.sections[0]?.rows.map(({ id }) => id),
    ['가', '나', '1'],
  );
});
