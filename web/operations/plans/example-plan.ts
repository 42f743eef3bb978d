/** A small house, for those who write their first plan. */
export const EXAMPLE_PLAN = `# V, R, S
V = VIP
R = R
S = S

section A 1F
1: ..VVVVVV..VVVVVV..
2: .VVVVVVV..VVVVVVV.
3: RRRRRRRR..RRRRRRRR
4: RRRRRRRR..RRRRRRRR
5: RRRRRRRR..RRRRRRRR

section B 2F
1: SSSSSSSS..SSSSSSSS
2: SSSSSSSS..SSSSSSSS
`;
