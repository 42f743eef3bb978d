import { start } from '../shared/app/start.tsx';
import { ShopApp } from './shop-app.tsx';
import './style/concerts.css';

start(<ShopApp />);
