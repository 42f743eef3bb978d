import { start } from '../shared/app/start.tsx';
import { ticketPaths } from './paths.ts';
import { ShopApp } from './shop-app.tsx';
import './style/shop.css';
import './style/start.css';
import './style/concerts.css';
import './style/concert.css';
import './style/sale.css';

start(<ShopApp />, Object.values(ticketPaths));
