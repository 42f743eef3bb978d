import { start } from '../shared/app/start.tsx';
import { ticketPaths } from './paths.ts';
import { ShopApp } from './shop-app.tsx';
import './style/concerts.css';
import './style/sale.css';

start(<ShopApp />, Object.values(ticketPaths));
