import { start } from '../shared/app/start.tsx';
import { CheckoutApp } from './checkout-app.tsx';
import { checkoutPaths } from './paths.ts';
import './style/checkout.css';

start(<CheckoutApp />, Object.values(checkoutPaths));
