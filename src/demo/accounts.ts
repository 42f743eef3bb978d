/** Accounts of the demonstration. Everyone can read these passwords: production never loads them. */
export const demoAccounts = [
  { role: 'member', email: 'member@demo.example', password: 'demo-member-1', name: 'Demo Member' },
  { role: 'member', email: 'member2@demo.example', password: 'demo-member-2', name: 'Second Member' },
  { role: 'seller', email: 'seller@demo.example', password: 'demo-seller-1', name: 'Demo Seller' },
  { role: 'seller', email: 'seller2@demo.example', password: 'demo-seller-2', name: 'Second Seller' },
  { role: 'manager', email: 'manager@demo.example', password: 'demo-manager-1', name: 'Demo Manager' },
  { role: 'driver', email: 'driver@demo.example', password: 'demo-driver-1', name: 'Demo Driver' },
] as const;
